"""The half that runs in an interpreter which has the libraries; standard library only."""
