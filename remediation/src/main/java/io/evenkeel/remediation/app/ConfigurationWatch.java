package io.evenkeel.remediation.app;

import io.evenkeel.remediation.catalogue.CatalogueDirectory;
import io.evenkeel.remediation.incident.Lease;
import io.evenkeel.remediation.kafka.KafkaEvents;
import io.evenkeel.remediation.notify.Route;
import io.evenkeel.remediation.postgres.PostgresConfigState;
import io.evenkeel.remediation.postgres.PostgresIncidents;
import io.evenkeel.remediation.postgres.PostgresLease;
import io.evenkeel.remediation.runbook.Problem;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.WatchList;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last good configuration in force, and tells the jobs of the catalogue and of the signals to watch, while
 * this process holds the lease. A directory with a problem changes nothing and is shown with its problems. One thread
 * calls {@link #look}; {@link #routes} may be read by any.
 */
final class ConfigurationWatch {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationWatch.class);
    private static final String LEASE = "config";
    private static final Duration LEASE_TTL = Duration.ofSeconds(15);

    private final Path directory;
    private final CatalogueDirectory catalogue;
    private final DirectoryCheck others;
    private final PostgresConfigState state;
    private final PostgresIncidents incidents;
    private final PostgresLease leases;
    private final KafkaEvents events;
    private final InstantSource clock;
    private final String owner;

    private volatile List<Route> routes = List.of();
    private @Nullable String seenHash;
    private @Nullable CatalogueConfig good;
    private @Nullable CatalogueConfig published;
    private @Nullable List<String> watched;
    private long publishedEpoch = -1;

    ConfigurationWatch(
            Path directory,
            CatalogueDirectory catalogue,
            DirectoryCheck others,
            PostgresConfigState state,
            PostgresIncidents incidents,
            PostgresLease leases,
            KafkaEvents events,
            InstantSource clock,
            String owner) {
        this.directory = directory;
        this.catalogue = catalogue;
        this.others = others;
        this.state = state;
        this.incidents = incidents;
        this.leases = leases;
        this.events = events;
        this.clock = clock;
        this.owner = owner;
    }

    /** Notification routes in force. */
    List<Route> routes() {
        return routes;
    }

    /** Reads the directory if it changed. */
    void look() {
        DirectoryCheck.Checked checked = others.check(directory);
        if (checked.hash().equals(seenHash)) {
            return;
        }
        CatalogueDirectory.Loaded loaded = catalogue.load(directory, checked.hash());
        List<Problem> problems = new ArrayList<>(loaded.problems());
        checked.problems().stream()
                .filter(problem -> !problems.contains(problem))
                .forEach(problems::add);
        if (problems.isEmpty()) {
            good = loaded.catalogue();
            routes = loaded.routes();
            others.accepted();
            state.write(checked.hash(), clock.instant(), null);
            LOG.info(
                    "event=configuration-loaded hash={} services={} routes={}",
                    checked.hash(),
                    loaded.catalogue().services().size(),
                    loaded.routes().size());
        } else {
            String text = problems.stream().map(Problem::text).collect(Collectors.joining("\n"));
            state.write(checked.hash(), clock.instant(), text);
            LOG.error("event=configuration-refused the last good one stays in force; problems:\n{}", text);
        }
        seenHash = checked.hash();
    }

    /** Tells the jobs what they do not know yet. Whoever newly holds the lease tells everything once. */
    void publish() {
        Optional<Lease> lease = leases.acquire(LEASE, owner, LEASE_TTL);
        if (lease.isEmpty()) {
            return;
        }
        if (lease.get().epoch() != publishedEpoch) {
            published = null;
            watched = null;
            publishedEpoch = lease.get().epoch();
        }
        CatalogueConfig catalogueNow = good;
        if (catalogueNow != null && !catalogueNow.equals(published)) {
            events.configured(catalogueNow);
            published = catalogueNow;
        }
        List<String> signals = incidents.signalsToWatch();
        if (!signals.equals(watched)) {
            events.watching(new WatchList(signals));
            watched = signals;
        }
    }
}
