"""Money, periods, citations, problems and identifiers: what every other room stands on."""
