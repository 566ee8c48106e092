"""Lists that somebody sent in the browser: kept, looked through and taken in beside the pages."""
