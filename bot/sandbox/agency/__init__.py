"""The pretend agencies: where a dossier lies after the post has handed it over, told in the formats of five systems."""
