"""Turn the GPS walks of forest farmers into a proposal map that an office can accept."""
