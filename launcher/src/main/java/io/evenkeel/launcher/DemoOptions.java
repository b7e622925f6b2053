package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.testbed.shop.Role;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the demo alone. */
final class DemoOptions {
    private static final int HIGHEST_RATE = 1000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Draw victim, fault and moment from this number. Default: the told story, payment's bad deploy and"
                            + " then a hung replica of catalog.")
    @Nullable
    Long seed;

    @Option(
            names = "--calm",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description =
                    "Calm before the first deploy, in which the first bands are learned. Default: ${DEFAULT-VALUE}.")
    int calmSeconds;

    @Option(
            names = "--rename",
            paramLabel = "ROLE=NAME",
            split = ",",
            description = "Call the shop's services something else, such as payment=zahlung,front=portal."
                    + " Roles: front, catalog, checkout, payment, inventory.")
    Map<String, String> names = Map.of();

    @Option(
            names = "--rate",
            paramLabel = "REQUESTS/S",
            defaultValue = "20",
            description = "Users' requests per second. Default: ${DEFAULT-VALUE}.")
    double requestsPerSecond;

    @Option(
            names = "--no-story",
            description = "Start the shop and let nothing happen; break it yourself with ./evenkeel break.")
    boolean noStory;

    /**
     * Refuses what cannot be, before anything is started or written.
     *
     * @throws StartupException with the option and its range
     */
    void check() {
        HouseOptions.requireRange("--calm", calmSeconds, 0, Integer.MAX_VALUE);
        if (!(requestsPerSecond > 0 && requestsPerSecond <= HIGHEST_RATE)) {
            throw new StartupException("--rate must be above 0 and at most " + HIGHEST_RATE + " requests a second, not "
                    + requestsPerSecond);
        }
        Map<Role, String> all = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            all.put(role, role.word());
        }
        all.putAll(renamed());
        if (new HashSet<>(all.values()).size() < all.size()) {
            throw new StartupException("--rename gives two roles the same name: " + all.values());
        }
    }

    /** The names that were asked for, by role. */
    Map<Role, String> renamed() {
        Map<Role, String> renamed = new EnumMap<>(Role.class);
        names.forEach((word, name) -> {
            if (!NAME.matcher(name).matches()) {
                throw new StartupException(
                        "--rename: '" + name + "' must be lower case letters, digits and dashes, at most 40");
            }
            renamed.put(role(word), name);
        });
        return renamed;
    }

    private static Role role(String word) {
        try {
            return Role.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new StartupException(
                    "--rename knows the roles front, catalog, checkout, payment and inventory, not '" + word + "'", e);
        }
    }
}
