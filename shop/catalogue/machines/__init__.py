"""What the catalogue says to machines: search engines, browsers, feed readers, and whoever shows a link to a page."""
