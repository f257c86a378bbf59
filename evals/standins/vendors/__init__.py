"""One local server per vendor, faithful to what the vendor documents, over one small business as data (`world`)."""
