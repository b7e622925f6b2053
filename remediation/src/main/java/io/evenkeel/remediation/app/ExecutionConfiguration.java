package io.evenkeel.remediation.app;

import io.evenkeel.remediation.postgres.PostgresLease;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runner.ConfigurationInForce;
import io.evenkeel.remediation.runner.ConfigurationKeeper;
import io.evenkeel.remediation.runner.FaultPoints;
import io.evenkeel.remediation.runner.Remediation;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The repairs: what may act, under which files, and who may say yes. */
@Configuration(proxyBeanMethods = false)
@Import({ExecutionController.class, StopController.class, AuditController.class})
public class ExecutionConfiguration {
    /** Name of the file in the data directory that stops everything while it exists. */
    public static final String STOP_FILE = "STOP";

    @Bean
    RepairStores repairStores(JdbcClient jdbc, TransactionTemplate transactions) {
        return RepairStores.over(jdbc, transactions);
    }

    @Bean
    ConfigurationInForce configurationInForce() {
        return new ConfigurationInForce();
    }

    @Bean
    DirectoryCheck repairDirectory(Expansion expansion, RepairStores stores, ConfigurationInForce inForce) {
        ConfigurationKeeper keeper = new ConfigurationKeeper(
                new ConfigurationDirectory(Remediation.verbs(), expansion), stores.runbooks(), inForce);
        return new DirectoryCheck() {
            @Override
            public Checked check(Path directory) {
                ConfigurationDirectory.Loaded loaded = keeper.check(directory);
                return new Checked(loaded.hash(), loaded.problems());
            }

            @Override
            public void accepted() {
                keeper.accept();
            }
        };
    }

    @Bean
    RepairLease repairLease(PostgresLease leases) {
        return new RepairLease(leases, "control-" + UUID.randomUUID());
    }

    @Bean
    Remediation repairs(
            RemediationProperties properties,
            RepairStores stores,
            ConfigurationInForce inForce,
            RepairLease lease,
            SecureRandom random) {
        return new Remediation(new Remediation.Parts(
                stores,
                inForce,
                Remediation.executors(inForce),
                properties.dataDir().resolve(STOP_FILE),
                "control-" + UUID.randomUUID(),
                lease,
                UUID::randomUUID,
                random,
                FaultPoints.fromEnvironment()));
    }

    @Bean
    RemediationLoop remediationLoop(
            RemediationProperties properties, Remediation repairs, RepairStores stores, RepairLease lease) {
        return new RemediationLoop(repairs, stores.cases(), lease, properties.tick());
    }
}
