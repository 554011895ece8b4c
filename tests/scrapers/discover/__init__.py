"""Tests of the discovery kinds."""
