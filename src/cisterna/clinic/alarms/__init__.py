"""An alarm reported by telephone: what to ask, what it may mean, what is urgent."""
