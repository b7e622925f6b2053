package io.evenkeel.launcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the demo alone. */
final class DemoOptions {
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
}
