package io.evenkeel.remediation.gate;

/**
 * A stop in force.
 *
 * @param scope {@code global}, {@code env:<e>}, {@code executor:<x>} or {@code runbook:<r>}
 * @param by who engaged it
 * @param reason why
 */
public record Stop(String scope, String by, String reason) {
    public static final String GLOBAL = "global";

    /** True when it covers a repair. */
    public boolean covers(String environment, String executor, String runbook) {
        return scope.equals(GLOBAL)
                || scope.equals("env:" + environment)
                || scope.equals("executor:" + executor)
                || scope.equals("runbook:" + runbook);
    }

    /** One sentence for people. */
    public String text() {
        return "Stop is engaged (" + scope + ") by " + by + (reason.isEmpty() ? "" : ": " + reason);
    }
}
