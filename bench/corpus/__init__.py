"""What the auditor finds in published packages, against labels made by reading their code."""
