#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums of money and rate windows by another hand, with numbers of any size.

    exact.py SEED CASES

Prints operations and what must come out of them; test_exact.c does the same
with core and compares.  A sum is micro-units and pico-units in [0, 10^6).

    + micro pico micro pico = fits micro pico       likewise -
    < micro pico micro pico = -1, 0 or 1
    o amount = micro pico
    g units micro pico = fits micro pico
    L limit period                  a new rate window
    T n now = wait remaining reset  what it says, then n are taken
    C limit                         another limit
"""
import fractions
import random
import sys

MOST = 2 ** 63 - 1
LEAST = -2 ** 63
MICRO = 10 ** 6


def pair(value):
    return divmod(value, MICRO)


def fits(value):
    micro, pico = pair(value)
    return "1 %d %d" % (micro, pico) if LEAST <= micro <= MOST else "0"


class Sums:
    def __init__(self, r):
        self.r = r

    def number(self):
        """A 64-bit number: of any size, or near the ends."""
        r = self.r
        kind = r.random()
        if kind < 0.2:
            return r.choice([MOST, LEAST]) + 0
        if kind < 0.35:
            return MOST - r.randrange(3)
        if kind < 0.5:
            return LEAST + r.randrange(3)
        return r.choice([1, -1]) * r.randrange(2 ** r.randrange(64))

    def value(self):
        pico = self.r.choice([0, 1, MICRO - 1, self.r.randrange(MICRO)])
        return self.number() * MICRO + pico

    def line(self):
        r = self.r
        a, b = self.value(), self.value()
        if r.random() < 0.2:
            b = a + r.randrange(-1, 2)
        if not LEAST <= pair(b)[0] <= MOST:
            b = a
        both = "%d %d %d %d" % (*pair(a), *pair(b))
        what = r.choice("+-<og")
        if what == "+":
            return "+ %s = %s" % (both, fits(a + b))
        if what == "-":
            return "- %s = %s" % (both, fits(a - b))
        if what == "<":
            return "< %s = %d" % (both, (a > b) - (a < b))
        if what == "o":
            amount = self.number()
            return "o %d = %d %d" % (amount, *pair(amount))
        units = r.choice([0, self.number() // 10 ** r.randrange(14)])
        micro, pico = self.number() // 10 ** r.randrange(19), self.number()
        whole = units * MICRO + micro
        total = whole * MICRO + pico
        if not LEAST <= whole <= MOST or not LEAST <= units * MICRO <= MOST:
            return "g %d %d %d = 0" % (units, micro, pico)
        return "g %d %d %d = %s" % (units, micro, pico, fits(total))


class Window:
    """A bucket that fills by limit / period tokens a microsecond."""

    def __init__(self, r):
        self.r = r
        self.now = 1790000000000000

    def start(self):
        r = self.r
        self.limit = r.choice([1, 2, 3, 60, 1000, 999983, 10 ** 8,
                               10 ** 12 - 1, 10 ** 12,
                               r.randrange(1, 10 ** 12)])
        self.period = r.choice([1, 13, 1000, 10 ** 6, 6 * 10 ** 7,
                                3600 * 10 ** 6, 86400 * 10 ** 6,
                                r.randrange(1, 10 ** 11)])
        self.level = fractions.Fraction(self.limit)
        return "L %d %d" % (self.limit, self.period)

    def step(self):
        passed = self.r.randrange(self.period // 2 + 2)
        self.now += passed
        self.level = min(fractions.Fraction(self.limit), self.level
                         + fractions.Fraction(passed * self.limit,
                                              self.period))

    def until(self, level):
        """Microseconds until there is so much, rounded up."""
        lack = (level - self.level) * self.period / self.limit
        return max(0, -(-lack.numerator // lack.denominator))

    def take(self):
        n = self.r.randrange(self.limit + self.limit // 4 + 2)
        wait = -1 if n > self.limit else self.until(n)
        if wait != 0 and self.r.random() < 0.8:
            n = 0
            wait = self.until(n)
        elif self.r.random() < 0.15:
            n = -n
            wait = self.until(n)
        left = max(0, int(self.level // 1))
        line = "T %d %d = %d %d %d" % (n, self.now, wait, left,
                                       self.until(self.limit))
        self.level = min(fractions.Fraction(self.limit), self.level - n)
        return line

    def change(self):
        """The time until it is full stays, without its part of a
        microsecond."""
        lack = (self.limit - self.level) * self.period / self.limit
        self.limit = self.r.choice([1, 7, 10 ** 12,
                                    self.r.randrange(1, 10 ** 12)])
        self.level = self.limit - (lack.numerator // lack.denominator
                                   * fractions.Fraction(self.limit,
                                                        self.period))
        return "C %d" % self.limit

    def lines(self):
        yield self.start()
        for _ in range(40):
            self.step()
            yield self.take()
            if self.r.random() < 0.1:
                yield self.change()


def main():
    r = random.Random(int(sys.argv[1]))
    sums, window = Sums(r), Window(r)
    for _ in range(int(sys.argv[2]) // 40):
        for _ in range(40):
            print(sums.line())
        for line in window.lines():
            print(line)


if __name__ == "__main__":
    main()
