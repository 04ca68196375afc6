"""`python -m bench.docstore`: the docstore beside the reported service, the usual cure and nginx."""
