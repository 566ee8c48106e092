"""The pages: one blueprint a file. A view parses, asks one thing of the registry, and renders."""
