"""REST shells for templates; they stand at the height of jobs.api and call jobs.services.catalogue."""
