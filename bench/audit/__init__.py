"""How fast the auditor is, as whole processes, beside its peers in one run."""
