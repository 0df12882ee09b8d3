"""The register of children: finding, taking in, correcting, families, villages, moves, consent, risks, its papers."""
