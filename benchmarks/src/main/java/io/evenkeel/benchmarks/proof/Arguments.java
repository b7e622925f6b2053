package io.evenkeel.benchmarks.proof;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** {@code --name value} pairs of a proof's command line. */
final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    /**
     * @throws IllegalArgumentException when a name is unknown or has no value, with the known ones
     */
    Arguments(String[] arguments, Set<String> known) {
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (!name.startsWith("--") || !known.contains(name.substring(2)) || i + 1 == arguments.length) {
                throw new IllegalArgumentException("'" + name + "' is no option with a value; known are "
                        + known.stream().sorted().map(option -> "--" + option).toList());
            }
            values.put(name.substring(2), arguments[i + 1]);
        }
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    long seed() {
        return Long.parseLong(values.getOrDefault("seed", "1"));
    }

    String word(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    Path path(String name, Path otherwise) {
        return Path.of(word(name, otherwise.toString())).toAbsolutePath().normalize();
    }
}
