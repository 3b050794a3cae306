"""What a step is and how it is taken: fields, values, steps, for complaints and for everything else with a life cycle."""
