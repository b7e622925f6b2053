package io.evenkeel.benchmarks;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/** {@code --name value} pairs of a bench's or a proof's command line. */
public record Arguments(List<String> words) {
    public Arguments {
        words = List.copyOf(words);
    }

    static Arguments of(String... words) {
        return new Arguments(List.of(words));
    }

    /**
     * Nothing but pairs, of these names only.
     *
     * @param names for example {@code --seed}
     * @throws IllegalArgumentException when a name is unknown or has no value, with the known ones
     */
    public static Arguments known(String[] words, Set<String> names) {
        for (int i = 0; i < words.length; i += 2) {
            if (!names.contains(words[i]) || i + 1 == words.length) {
                throw new IllegalArgumentException("'" + words[i] + "' is no option with a value; known are "
                        + names.stream().sorted().toList());
            }
        }
        return of(words);
    }

    public String text(String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == words.size()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return words.get(at + 1);
    }

    public int number(String name, int otherwise) {
        String text = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(name + " wants a whole number, not \"" + text + "\"", notANumber);
        }
    }

    public Path path(String name, Path otherwise) {
        return Path.of(text(name, otherwise.toString())).toAbsolutePath().normalize();
    }

    /** The seed that was asked for, or one drawn: every run prints which. */
    int seed() {
        return number("--seed", new SecureRandom().nextInt(1_000_000));
    }
}
