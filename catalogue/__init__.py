"""Changes job templates, then their series and jobs: services, API, admin pages, commands, import and export."""
