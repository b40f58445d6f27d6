"""REST shells for templates; they stand at the height of jobs.api and call catalogue.services."""
