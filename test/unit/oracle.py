#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bills by another hand: a second reading of the billing rules.

    oracle.py SEED CASES

Prints random prices, usage and bounds together with the bill that follows
from the rules B1 to B4 and B9, computed with Python's integers.  It shares
nothing with the C code but the form of its lines:

    P tiers, then for each: up_to output_up_to and twelve prices ("-": none)
    U twelve counts (-1: absent) explicit bad cache output_total no_output
      reasoning, the most prompt and output (0: no limit), units = ok, then
      if ok is 1: ten buckets, flags, tier, amount, text; 2: no amount fits
    R prompt output rates = amount

test_oracle.c reads them and compares.
"""
import random
import sys

INPUTS = ["input", "input_audio", "input_image", "input_video", "cache_read",
          "cache_read_explicit", "cache_write_5m", "cache_write_1h"]
OUTPUTS = ["output", "output_audio", "output_thinking"]
RATES = INPUTS + OUTPUTS + ["per_request"]
OPEN = 2 ** 63 - 1
MOST = 10 ** 8

# B2: what a rate that is not named is taken from
INSTEAD = {"cache_read_explicit": "cache_read", "cache_read": "input",
           "cache_write_1h": "cache_write_5m", "cache_write_5m": "input",
           "input_audio": "input", "input_image": "input",
           "input_video": "input", "output_audio": "output",
           "output_thinking": "output"}


class Tier:
    """Prices are decimal text; a micro-unit is the sixth decimal."""

    def __init__(self, up_to, output_up_to, prices):
        self.up_to = up_to
        self.output_up_to = output_up_to
        self.prices = prices
        self.rate = {name: self.lookup(name) for name in RATES}

    def lookup(self, name):
        while name not in self.prices:
            if name not in INSTEAD:
                return 0
            name = INSTEAD[name]
        whole, _, part = self.prices[name].partition(".")
        return int(whole + part.ljust(6, "0"))

    def line(self):
        return " ".join([str(self.up_to), str(self.output_up_to)]
                        + [self.prices.get(name, "-") for name in RATES])


def choose_tier(tiers, prompt, output):
    """B3: the first that holds both totals; above them all, the last."""
    for number, tier in enumerate(tiers):
        if prompt <= tier.up_to and output <= tier.output_up_to:
            return number
    return len(tiers) - 1


# ---- B1, B4: counts to buckets ---------------------------------------------

class Usage:
    __slots__ = ("bucket", "thinking", "inconsistent", "units")


def zero(count):
    return 0 if count is None else count


def fill_input(u, c, prompt, place):
    """Put a prompt into buckets; give back its total."""
    cached = zero(c["cached"])
    hour = zero(c["written_1h"])
    written = max(zero(c["written"]), zero(c["written_5m"]) + hour)
    outside = place == "outside"
    if place == "auto" and cached > prompt:
        outside = True
        u.inconsistent = True
    if not outside and cached + written > prompt:
        u.inconsistent = True
        cached = min(cached, prompt)
        written = prompt - cached
        hour = min(hour, written)
    room = prompt
    kind = {}
    for name in ("audio", "image", "video"):
        kind[name] = min(zero(c[name]), room)
        if zero(c[name]) > room:
            u.inconsistent = True
        room -= kind[name]
    kind["text"] = room
    gone = 0 if outside else cached + written
    for name in ("text", "image", "video", "audio"):
        part = min(gone, kind[name])
        kind[name] -= part
        gone -= part
    assert gone == 0
    read = [0, cached] if c["explicit"] else [cached, 0]
    u.bucket = [kind["text"], kind["audio"], kind["image"], kind["video"],
                *read, written - hour, hour]
    return prompt + cached + written if outside else prompt


def find_output(u, c, rule, total_prompt):
    prompt, completion, total = c["prompt"], c["completion"], c["total"]
    if rule["no_output"]:
        return 0
    if completion is None:
        if total is None or total < total_prompt:
            return None
        return total - total_prompt
    if total is None:
        return completion
    both = completion + zero(c["reasoning"])
    if both == total - prompt:
        return both
    if rule["output_total"] and total >= total_prompt:
        return total - total_prompt
    if total != total_prompt + completion:
        u.inconsistent = True
    return completion


def read_usage(c, rule):
    """None: as if there were no usage."""
    u = Usage()
    u.inconsistent = c["bad"]
    u.thinking = zero(c["reasoning"]) > 0 or rule["reasoning"]
    prompt = c["prompt"]
    if prompt is None and rule["no_output"]:
        prompt = c["total"]
    u.units = 0
    if (rule["no_output"] and zero(prompt) == 0
            and 0 < zero(c["units"]) <= MOST):
        u.bucket, u.units, u.thinking = [0] * 10, c["units"], False
        return u
    if prompt is None:
        return None
    total_prompt = fill_input(u, c, prompt, rule["cache"])
    output = find_output(u, c, rule, total_prompt)
    most = [min(n or MOST, MOST) for n in rule["most"]]
    if output is None or total_prompt > most[0] or output > most[1]:
        return None
    spoken = zero(c["audio_out"])
    if spoken > output and not rule["no_output"]:
        u.inconsistent = True
    spoken = min(spoken, output)
    u.bucket += [output - spoken, spoken]
    assert sum(u.bucket[:8]) == total_prompt
    return u


# ---- B2, B3: a bill; B9: a reserve -----------------------------------------

def bill(tiers, u):
    number = choose_tier(tiers, sum(u.bucket[:8]), sum(u.bucket[8:]))
    tier = tiers[number]
    rate = tier.rate
    amount = sum(n * rate[name] for n, name in zip(u.bucket, INPUTS))
    text, spoken = "output", "output_audio"
    if u.thinking:
        text = "output_thinking"
        if "output_audio" not in tier.prices:
            spoken = "output_thinking"
    amount += u.bucket[8] * rate[text] + u.bucket[9] * rate[spoken]
    # per_request is a price per million too: a micro-unit is 10^6 pico-units
    return number, amount + max(u.units, 1) * rate["per_request"] * 10 ** 6


def reserve(tiers, prompt, output, may, units):
    """The last tier prices what is above all bounds as well."""
    most = 0
    lower = 0
    for number, tier in enumerate(tiers):
        if number and tier.up_to != tiers[number - 1].up_to:
            lower = tiers[number - 1].up_to
        if lower >= prompt and lower > 0:
            continue
        last = number == len(tiers) - 1
        held = prompt if last else min(prompt, tier.up_to)
        dear_in = max([tier.rate[n] for n in INPUTS if n in may], default=0)
        dear_out = max([tier.rate[n] for n in OUTPUTS if n in may], default=0)
        most = max(most, held * dear_in + output * dear_out
                   + units * tier.rate["per_request"] * 10 ** 6)
    return most


def text_of(amount):
    whole, part = divmod(amount, 10 ** 12)
    return ("%d.%012d" % (whole, part)).rstrip("0").rstrip(".")


# ---- random cases ----------------------------------------------------------

class Cases:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.tiers = []
        self.dear = False       # as prices of KRW or VND may be

    def price(self):
        r = self.r
        whole = r.choice([0, 0, 0, 1, 2, r.randrange(100), 9999,
                          r.randrange(10000)])
        if self.dear:
            whole = r.choice([whole, 9999999, r.randrange(10 ** 7)])
        digits = r.randrange(7)
        if digits == 0:
            return str(whole)
        return "%d.%0*d" % (whole, digits, r.randrange(10 ** digits))

    def make_tiers(self):
        r = self.r
        self.dear = r.random() < 0.2
        bounds = sorted(r.sample([1, 10, 32000, 128000, 200000, 252000,
                                  r.randrange(1, 10 ** 6)], r.randrange(4)))
        if r.random() < 0.7 or not bounds:
            bounds.append(OPEN)
        tiers = []
        for up_to in sorted(set(bounds)):
            bands = sorted(r.sample([1, 199, 200, 1000, 5000],
                                    r.choice([0, 0, 0, 1, 2]))) + [OPEN]
            for band in bands:
                prices = {name: self.price() for name in RATES
                          if name in ("input", "output") or r.random() < 0.4}
                tiers.append(Tier(up_to, band, prices))
        self.tiers = tiers
        return "P %d %s" % (len(tiers), " ".join(t.line() for t in tiers))

    def number(self):
        r = self.r
        kind = r.random()
        if kind < 0.25:
            return r.randrange(20)
        if kind < 0.55:
            edge = r.choice(self.tiers)
            edge = edge.up_to if r.random() < 0.7 else edge.output_up_to
            if edge < OPEN:
                return max(0, edge + r.randrange(-1, 2))
        if kind < 0.98:
            return r.randrange(10 ** r.randrange(1, 7))
        return r.choice([MOST, MOST + 1, 10 ** 12, r.randrange(2 * MOST)])

    def counts(self):
        """Mostly counts that agree with each other, and all that do not."""
        r = self.r
        prompt, completion = self.number(), self.number()
        c = dict.fromkeys(("cached", "written", "written_5m", "written_1h",
                           "audio", "image", "video", "reasoning",
                           "audio_out"))
        for name, chance, whole in (("cached", .5, prompt),
                                    ("written", .25, prompt),
                                    ("written_5m", .15, prompt),
                                    ("written_1h", .15, prompt),
                                    ("audio", .2, prompt),
                                    ("image", .2, prompt),
                                    ("video", .15, prompt),
                                    ("reasoning", .4, completion),
                                    ("audio_out", .15, completion)):
            if r.random() < chance:
                c[name] = (r.randrange(whole + 1) if r.random() < 0.8
                           else self.number())
        extra = r.choice([0, 0, 0, zero(c["reasoning"]), zero(c["cached"]),
                          zero(c["cached"]) + zero(c["written"]),
                          r.randrange(100), -1])
        c["total"] = max(0, prompt + completion + extra)
        c["units"] = None if r.random() < 0.7 else self.number()
        c["prompt"] = None if r.random() < 0.02 else prompt
        c["completion"] = None if r.random() < 0.04 else completion
        if r.random() < 0.1:
            c["total"] = None
        c["explicit"] = r.random() < 0.3
        c["bad"] = r.random() < 0.05
        return c

    def rule(self):
        r = self.r
        return {"cache": r.choice(["auto", "auto", "inside", "outside"]),
                "output_total": r.random() < 0.2,
                "no_output": r.random() < 0.1,
                "most": [r.choice([0, 0, 0, 1000, r.randrange(1, 10 ** 6),
                                   2 * MOST]) for _ in range(2)],
                "reasoning": r.random() < 0.15}

    def usage_line(self):
        c, rule = self.counts(), self.rule()
        given = ["-1" if c[n] is None else str(c[n]) for n in
                 ("prompt", "completion", "total", "cached", "written",
                  "written_5m", "written_1h", "audio", "image", "video",
                  "reasoning", "audio_out", "units")]
        line = "U %s %d %d %d %d %d %d %d %d = " % (
            " ".join(given), c["explicit"], c["bad"],
            ["auto", "inside", "outside"].index(rule["cache"]),
            rule["output_total"], rule["no_output"], rule["reasoning"],
            *rule["most"])
        u = read_usage(c, rule)
        if u is None:
            return line + "0"
        number, amount = bill(self.tiers, u)
        if amount >= 2 ** 63:
            return line + "2"
        return line + "1 %s %d %d %d %d %s" % (
            " ".join(map(str, u.bucket)), u.units, u.thinking + 2 * u.inconsistent,
            number, amount, text_of(amount))

    def reserve_line(self):
        r = self.r
        may = {name for name in INPUTS + OUTPUTS if r.random() < 0.4}
        prompt = min(self.number(), 10 * MOST)
        output = r.randrange(1, 129) * min(self.number(), 10 ** 6)
        units = r.choice([1, 1, 1, r.randrange(1, 10 ** 6)])
        amount = reserve(self.tiers, prompt, output, may, units)
        mask = sum(1 << RATES.index(name) for name in may)
        return "R %d %d %d %d = %d" % (prompt, output, mask, units,
                                       amount if amount < 2 ** 63 else -1)


def main():
    cases, left = Cases(int(sys.argv[1])), int(sys.argv[2])
    while left > 0:
        lines = [cases.make_tiers()]
        for _ in range(min(left, 200)):
            lines.append(cases.reserve_line() if cases.r.random() < 0.15
                         else cases.usage_line())
        left -= len(lines) - 1
        lines.append("")
        sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
