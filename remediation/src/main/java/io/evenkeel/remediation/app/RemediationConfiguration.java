package io.evenkeel.remediation.app;

import io.evenkeel.remediation.catalogue.CatalogueDirectory;
import io.evenkeel.remediation.incident.Blindness;
import io.evenkeel.remediation.incident.IncidentChanged;
import io.evenkeel.remediation.incident.IncidentJudge;
import io.evenkeel.remediation.kafka.KafkaEvents;
import io.evenkeel.remediation.kafka.KafkaIntake;
import io.evenkeel.remediation.notify.Retry;
import io.evenkeel.remediation.notify.Webhook;
import io.evenkeel.remediation.postgres.PostgresAuditLog;
import io.evenkeel.remediation.postgres.PostgresBlindness;
import io.evenkeel.remediation.postgres.PostgresConfigState;
import io.evenkeel.remediation.postgres.PostgresFeedbackOutbox;
import io.evenkeel.remediation.postgres.PostgresFindings;
import io.evenkeel.remediation.postgres.PostgresHousekeeping;
import io.evenkeel.remediation.postgres.PostgresIncidentDesk;
import io.evenkeel.remediation.postgres.PostgresIncidentFacts;
import io.evenkeel.remediation.postgres.PostgresIncidentIntake;
import io.evenkeel.remediation.postgres.PostgresIncidentPages;
import io.evenkeel.remediation.postgres.PostgresIncidents;
import io.evenkeel.remediation.postgres.PostgresLease;
import io.evenkeel.remediation.postgres.PostgresNotifications;
import io.evenkeel.remediation.postgres.PostgresPipeline;
import io.evenkeel.remediation.postgres.PostgresPostmortems;
import io.evenkeel.remediation.postgres.PostgresRollups;
import io.evenkeel.remediation.postgres.PostgresTimeline;
import io.evenkeel.remediation.postgres.PostgresTopology;
import io.evenkeel.remediation.postgres.PostgresUsers;
import io.evenkeel.remediation.postgres.RollupPartitions;
import io.evenkeel.remediation.runbook.Expansion;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The control plane: incidents, people's decisions, notifications, postmortems, and by {@code ExecutionConfiguration}
 * the repairs. Needs a data source on PostgreSQL (Flyway migrates it) and {@link RemediationProperties}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RemediationProperties.class)
@Import({
    SecurityConfiguration.class,
    IncidentApi.class,
    ChangeApi.class,
    AcknowledgeByLink.class,
    UserApi.class,
    HealthApi.class,
    ApiTrouble.class,
    ExecutionConfiguration.class
})
public class RemediationConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(RemediationConfiguration.class);
    private static final Duration EVENT_TIMEOUT = Duration.ofSeconds(5);

    @Bean
    InstantSource systemClock() {
        return InstantSource.system();
    }

    @Bean
    SecureRandom secureRandom() {
        return new SecureRandom();
    }

    @Bean
    TransactionTemplate controlTransactions(PlatformTransactionManager manager) {
        return new TransactionTemplate(manager);
    }

    @Bean
    PostgresTimeline controlTimeline(JdbcClient jdbc) {
        return new PostgresTimeline(jdbc);
    }

    @Bean
    PostgresLease controlLeases(JdbcClient jdbc) {
        return new PostgresLease(jdbc);
    }

    @Bean
    PostgresUsers controlUsers(JdbcClient jdbc) {
        return new PostgresUsers(jdbc);
    }

    @Bean
    PostgresAuditLog controlAudit(JdbcClient jdbc, TransactionTemplate transactions) {
        return new PostgresAuditLog(jdbc, transactions);
    }

    @Bean(destroyMethod = "close")
    KafkaEvents controlEvents(RemediationProperties properties, InstantSource clock) {
        return KafkaEvents.connect(properties.kafkaBootstrap(), clock, EVENT_TIMEOUT);
    }

    /** A hint is never worth a lost event: whoever fails on one is logged and looks again by itself. */
    @Bean
    IncidentHints incidentHints(ApplicationEventPublisher publisher) {
        return hint -> {
            try {
                publisher.publishEvent(hint);
            } catch (RuntimeException e) {
                LOG.error("incident={} a listener failed on a change; it will look again by itself", hint.number(), e);
            }
        };
    }

    /** {@link IncidentChanged} as a Spring event. */
    interface IncidentHints extends Consumer<IncidentChanged> {}

    @Bean
    PostgresIncidents incidentMoves(
            JdbcClient jdbc, TransactionTemplate transactions, PostgresTimeline timeline, IncidentHints hints) {
        return new PostgresIncidents(jdbc, transactions, timeline, hints);
    }

    @Bean
    PostgresIncidentDesk incidentDesk(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            PostgresTimeline timeline,
            PostgresIncidents incidents,
            PostgresAuditLog audit,
            PostgresFeedbackOutbox outbox,
            IncidentHints hints,
            InstantSource clock) {
        return new PostgresIncidentDesk(
                jdbc, transactions, timeline, incidents, audit, outbox, hints, clock, UUID::randomUUID);
    }

    @Bean
    PostgresFeedbackOutbox feedbackOutbox(JdbcClient jdbc, TransactionTemplate transactions) {
        return new PostgresFeedbackOutbox(jdbc, transactions);
    }

    @Bean
    PostgresIncidentPages incidentJson(JdbcClient jdbc) {
        return new PostgresIncidentPages(jdbc);
    }

    @Bean
    KafkaIntake kafkaIntake(
            RemediationProperties properties,
            KafkaEvents events,
            JdbcClient jdbc,
            JdbcOperations batches,
            TransactionTemplate transactions,
            PostgresTimeline timeline,
            IncidentHints hints,
            InstantSource clock) {
        PostgresIncidentIntake incidents = new PostgresIncidentIntake(jdbc, batches, transactions, timeline, hints);
        PostgresFindings findings = new PostgresFindings(jdbc, batches, transactions);
        PostgresRollups rollups = new PostgresRollups(batches, transactions, clock);
        PostgresTopology topology = new PostgresTopology(batches);
        PostgresPipeline pipeline = new PostgresPipeline(batches, clock);
        return new KafkaIntake(
                properties.kafkaBootstrap(),
                events,
                new KafkaIntake.Stores(
                        incidents::take,
                        findings::store,
                        rollups::store,
                        topology::storeEdges,
                        topology::storeChanges,
                        pipeline::store),
                new DiskReserve(properties.dataDir())::isTouched);
    }

    @Bean
    PostgresNotifications controlNotifications(
            RemediationProperties properties,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            PostgresTimeline timeline,
            InstantSource clock,
            SecureRandom random) {
        return new PostgresNotifications(
                jdbc, transactions, timeline, clock, random, properties.publicUrl(), Retry.DEFAULT);
    }

    @Bean
    Expansion configurationExpansion(RemediationProperties properties) {
        return new Expansion(
                name -> name.equals("data-dir") ? properties.dataDir().toString() : System.getenv(name));
    }

    @Bean
    ConfigurationWatch configurationWatch(
            RemediationProperties properties,
            Expansion expansion,
            DirectoryCheck others,
            JdbcClient jdbc,
            PostgresIncidents incidents,
            PostgresLease leases,
            KafkaEvents events,
            InstantSource clock) {
        return new ConfigurationWatch(
                properties.configDirectory(),
                new CatalogueDirectory(expansion),
                others,
                new PostgresConfigState(jdbc),
                incidents,
                leases,
                events,
                clock,
                "control-" + UUID.randomUUID());
    }

    @Bean
    ControlLoops controlLoops(
            RemediationProperties properties,
            JdbcClient jdbc,
            TransactionTemplate transactions,
            PostgresTimeline timeline,
            PostgresIncidents incidents,
            PostgresUsers users,
            PasswordEncoder passwords,
            SecureRandom random,
            KafkaIntake intake,
            KafkaEvents events,
            PostgresFeedbackOutbox outbox,
            PostgresNotifications notifications,
            ConfigurationWatch configuration,
            InstantSource clock) {
        RollupPartitions partitions = new RollupPartitions(
                jdbc, transactions, properties.tenSecondRollupsKept(), properties.minuteRollupsKept());
        ControlLoops.Steps steps = new ControlLoops.Steps(
                new FirstAdmin(users, passwords, random, properties.dataDir()),
                intake,
                new PostgresIncidentFacts(jdbc, properties.goodWindows()),
                new IncidentJudge(properties.resolveAfter()),
                incidents,
                new PostgresBlindness(
                        jdbc,
                        transactions,
                        timeline,
                        incidents,
                        new Blindness(properties.blindAfter(), properties.blindAfterStart()),
                        properties.resolveAfter(),
                        clock),
                new PostgresPostmortems(jdbc, transactions, timeline),
                notifications,
                new Webhook(clock),
                () -> outbox.send(events::decided),
                configuration,
                new PostgresHousekeeping(jdbc, partitions));
        return new ControlLoops(steps, clock, properties.tick(), properties.configPoll());
    }
}
