"""Whole districts at work on real encrypted profiles, with all that can go wrong on the way; then all must agree.

`sites` PCs and profiles · `scene`, `working`, `mailing`, `mishaps`, `play` one random run · `healing` what persons do,
until nothing moves any more · `judging` what must hold then · `runs`, `series` many runs, in several processes.
`sabotage` rules of the program that are switched off, and must be missed.
"""
