"""`make bench-runtime`: planted stalls, and what watching costs a request, side by side in one run."""
