package io.evenkeel.remediation.app;

import io.evenkeel.remediation.audit.AuditVerifier;
import io.evenkeel.remediation.catalogue.CatalogueDirectory;
import io.evenkeel.remediation.postgres.RepairStores;
import io.evenkeel.remediation.runbook.ConfigurationDirectory;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runbook.Problem;
import io.evenkeel.remediation.runner.Remediation;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the command line asks for without a running control plane. */
public final class RepairCommands {
    private RepairCommands() {}

    /**
     * {@code evenkeel config check DIR}: all that is wrong with a configuration directory, one line each; empty when it
     * may come into force.
     *
     * @param dataDir value of <code>${data-dir}</code> in the files
     */
    public static List<String> checkConfiguration(Path directory, Path dataDir) {
        Expansion expansion = new Expansion(name -> name.equals("data-dir") ? dataDir.toString() : System.getenv(name));
        ConfigurationDirectory.Loaded repairs =
                new ConfigurationDirectory(Remediation.verbs(), expansion).load(directory);
        Set<Problem> all = new LinkedHashSet<>(repairs.problems());
        all.addAll(new CatalogueDirectory(expansion)
                .load(directory, repairs.hash())
                .problems());
        return all.stream().map(Problem::text).toList();
    }

    /** {@code evenkeel audit verify}. */
    public static AuditVerifier.Report verifyAudit(DataSource database) {
        return stores(database).audit().verify();
    }

    /** {@code evenkeel stop}: engages at once. */
    public static void engageStop(DataSource database, String scope, String reason) {
        stores(database).stops().engage(scope, "machine", reason);
    }

    /**
     * {@code evenkeel stop release}: by whoever has the machine in hand, the way out where there is only one user.
     *
     * @return false when it was not engaged
     */
    public static boolean releaseStop(DataSource database, String scope, String reason) {
        return stores(database).stops().releaseOnMachine(scope, reason);
    }

    private static RepairStores stores(DataSource database) {
        return RepairStores.over(
                JdbcClient.create(database), new TransactionTemplate(new DataSourceTransactionManager(database)));
    }
}
