package io.evenkeel.console.remedy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the gate decided and why, as remediation stored it. Fields that an older writer left out are empty.
 *
 * @param outcome name of a {@link io.evenkeel.domain.remedy.GateOutcome}
 * @param reasons sentences for people
 * @param rules ids of the policy rules that spoke
 * @param quorum how many people must agree, 0 when nobody is asked
 * @param roles who may agree
 * @param people names that may agree; empty: anybody with the role
 * @param grant what allowed it to run by itself, null when nothing did
 */
public record GateView(
        String outcome,
        List<Object> reasons,
        List<Object> rules,
        int quorum,
        List<String> roles,
        List<String> people,
        @Nullable GrantView grant) {
    public GateView {
        outcome = outcome == null ? "" : outcome;
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        rules = rules == null ? List.of() : List.copyOf(rules);
        roles = roles == null ? List.of() : List.copyOf(roles);
        people = people == null ? List.of() : List.copyOf(people);
    }

    /** The reasons as one paragraph. */
    public String reasonText() {
        return String.join(" ", reasons.stream().map(GateView::sentence).toList());
    }

    private static String sentence(Object reason) {
        String text = String.valueOf(reason).strip();
        boolean ended = text.endsWith(".") || text.endsWith("!") || text.endsWith("?");
        return ended || text.isEmpty() ? text : text + '.';
    }

    /**
     * A line of the grants file.
     *
     * @param runbook what it allows
     * @param environment where
     * @param level how far
     * @param by who granted it
     * @param reason why
     * @param until when it ends, empty when it does not
     * @param file file of the grant
     * @param line line in that file
     */
    public record GrantView(
            String runbook,
            String environment,
            String level,
            String by,
            String reason,
            String until,
            String file,
            int line) {
        public GrantView {
            runbook = runbook == null ? "" : runbook;
            environment = environment == null ? "" : environment;
            level = level == null ? "" : level;
            by = by == null ? "" : by;
            reason = reason == null ? "" : reason;
            until = until == null ? "" : until;
            file = file == null ? "" : file;
        }

        /**
         * Last day on which it holds (UTC), such as {@code 2026-12-31}, as people write it in the file; the text as it
         * is where it is no time.
         */
        public String untilDay() {
            try {
                return Instant.parse(until).minusMillis(1).toString().substring(0, 10);
            } catch (DateTimeParseException e) {
                return until;
            }
        }

        /** {@code grants.yaml:12}: the file's name without its directory, and the line. */
        public String place() {
            String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
            return line > 0 ? name + ':' + line : name;
        }
    }
}
