"""Peers on the JVM: downloaded by Maven where they are asked for, and run from their source files."""


class Peers:
    def __init__(self, asked):
        self.asked = asked

    def prepare(self, works, subjects):
        pass

    def trainings(self, effort, subject, cores):
        return []

    def inferences(self, effort, subject, cores):
        return []
