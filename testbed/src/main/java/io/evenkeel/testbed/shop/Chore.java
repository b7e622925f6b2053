package io.evenkeel.testbed.shop;

import java.util.Arrays;
import java.util.Locale;

/** Ordinary work that a service does beside its requests. It is no fault: users are served while it runs. */
public enum Chore {
    /** Builds, reads and sorts price lists: much garbage, a few megabytes alive, about a third of a core. */
    BATCH,
    /** Looks at a supplier's feed that is older than it should be, and logs a warning each time. */
    WARNINGS;

    /** The word in orders, for example {@code batch}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException for a word that is no chore, with a message that lists them */
    public static Chore of(String word) {
        for (Chore chore : values()) {
            if (chore.word().equals(word)) {
                return chore;
            }
        }
        throw new IllegalArgumentException("no chore '" + word + "'; chores are "
                + Arrays.stream(values()).map(Chore::word).toList());
    }
}
