package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which parts a process is, and where the broker is when that is another's. */
final class RoleOptions {
    @Option(
            names = "--roles",
            paramLabel = "ROLE",
            split = ",",
            description =
                    "Parts to run in this process: ${COMPLETION-CANDIDATES}. Each process needs a --data-dir of its"
                            + " own; all run on one machine. Default: all.")
    Set<Role> roles = EnumSet.allOf(Role.class);

    @Option(
            names = "--kafka-bootstrap",
            paramLabel = "HOST:PORT",
            description =
                    "The broker, for a process without the role kafka. Its topics must exist: the role kafka makes"
                            + " them.")
    @Nullable
    String kafkaBootstrap;

    /** @throws StartupException when it cannot be told which broker is meant */
    void check() {
        boolean ownBroker = roles.contains(Role.KAFKA);
        if (ownBroker && kafkaBootstrap != null) {
            throw new StartupException("--kafka-bootstrap " + kafkaBootstrap
                    + " names another broker than the one that the role kafka starts here; leave one of them out");
        }
        if (!ownBroker && kafkaBootstrap == null) {
            throw new StartupException(
                    "without the role kafka this process needs --kafka-bootstrap, the broker's HOST:PORT");
        }
    }
}
