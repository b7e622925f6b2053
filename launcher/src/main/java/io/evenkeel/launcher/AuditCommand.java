package io.evenkeel.launcher;

import io.evenkeel.launcher.setup.StartupException;
import io.evenkeel.remediation.app.RepairCommands;
import io.evenkeel.remediation.audit.AuditVerifier;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Checks the audit trail from outside the running product; works while Evenkeel runs and while it does not. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description =
                "Check the audit trail: ./evenkeel audit verify. Exits 1 when a row was edited, deleted or moved.")
final class AuditCommand implements Callable<Integer> {
    @ParentCommand
    private Evenkeel evenkeel;

    @Mixin
    private StoredData stored;

    @Parameters(index = "0", paramLabel = "verify", description = "The only thing to do with an audit trail.")
    String action = "";

    @Override
    public Integer call() {
        if (!action.equals("verify")) {
            throw new StartupException("unknown action '" + action + "'; say ./evenkeel audit verify");
        }
        AuditVerifier.Report report = stored.with(evenkeel.terminal(), RepairCommands::verifyAudit);
        evenkeel.terminal().line(report.text());
        return report.holds() ? 0 : 1;
    }
}
