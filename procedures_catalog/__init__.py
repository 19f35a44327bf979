"""The catalogue of administrative procedures: data files, their shape and their loader. Facts only."""
