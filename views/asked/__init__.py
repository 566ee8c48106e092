"""What a request asks and sends, as far as it can be read at all."""
