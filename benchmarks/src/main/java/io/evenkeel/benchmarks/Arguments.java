package io.evenkeel.benchmarks;

import java.security.SecureRandom;
import java.util.List;

/** {@code --name value} pairs of a bench's command line. */
record Arguments(List<String> words) {
    Arguments {
        words = List.copyOf(words);
    }

    static Arguments of(String... words) {
        return new Arguments(List.of(words));
    }

    String text(String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == words.size()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return words.get(at + 1);
    }

    int number(String name, int otherwise) {
        String text = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(name + " wants a whole number, not \"" + text + "\"", notANumber);
        }
    }

    /** The seed that was asked for, or one drawn: every run prints which. */
    int seed() {
        return number("--seed", new SecureRandom().nextInt(1_000_000));
    }
}
