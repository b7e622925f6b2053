package io.evenkeel.remediation.gate;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges one person's yes or no. A yes counts only for exactly what is shown (the digest), in time, from a person with
 * the role who is not the one that asked; a service never approves. Without a rule on who may, nobody may.
 */
public final class ApprovalJudge {
    /** Whatever a rule says, a yes takes at least this role. */
    static final String LEAST_ROLE = "approver";

    private ApprovalJudge() {}

    /** What is being decided. */
    public enum Decision {
        APPROVE,
        DENY
    }

    /**
     * @param isWaiting it waits for an approval or for objections
     * @param digest what is shown now
     * @param requestedBy who asked for it
     * @param expiresAt end of the question, null when it has none
     * @param gate who may approve and how many must
     * @param approvedBy people who approved this digest so far
     */
    public record Question(
            boolean isWaiting,
            String digest,
            String requestedBy,
            @Nullable Instant expiresAt,
            GateDecision gate,
            Set<String> approvedBy) {
        public Question {
            approvedBy = Set.copyOf(approvedBy);
        }
    }

    /** What comes of it. */
    public enum Answer {
        /** It counts, and it is enough. */
        ACCEPTED,
        /** It counts; more people must agree. */
        COUNTED,
        /** A no: it ends here. */
        ENDED,
        /** Not what is shown now. */
        STALE,
        EXPIRED,
        NOT_WAITING,
        FORBIDDEN
    }

    /**
     * @param answer what comes of it
     * @param text for the person
     */
    public record Judgement(Answer answer, String text) {}

    public static Judgement judge(Question question, Person person, Decision decision, String digest, Instant now) {
        if (person.isService()) {
            return new Judgement(Answer.FORBIDDEN, "A service token never approves or denies; a person must.");
        }
        if (!question.isWaiting()) {
            return new Judgement(Answer.NOT_WAITING, "It no longer waits for a decision.");
        }
        Instant expiresAt = question.expiresAt();
        if (expiresAt != null && !now.isBefore(expiresAt)) {
            return new Judgement(Answer.EXPIRED, "The question expired; it will be asked again while it is broken.");
        }
        if (!question.digest().equals(digest)) {
            return new Judgement(
                    Answer.STALE,
                    "STALE: what you saw is not what would be done now. Look at the new plan and decide again.");
        }
        return decision == Decision.DENY ? deny(person) : approve(question, person);
    }

    private static Judgement deny(Person person) {
        if (!person.hasAtLeast(LEAST_ROLE)) {
            return new Judgement(Answer.FORBIDDEN, "Role " + person.role() + " may not deny; it takes approver.");
        }
        return new Judgement(Answer.ENDED, "Denied by " + person.name() + ".");
    }

    private static Judgement approve(Question question, Person person) {
        GateDecision gate = question.gate();
        boolean role = gate.roles().stream().anyMatch(person::hasAtLeast) && person.hasAtLeast(LEAST_ROLE);
        if (!role) {
            return new Judgement(
                    Answer.FORBIDDEN,
                    "Role " + person.role() + " may not approve this; it takes "
                            + (gate.roles().isEmpty() ? "a rule that says who" : String.join(" or ", gate.roles()))
                            + ".");
        }
        if (!gate.people().isEmpty() && !gate.people().contains(person.name())) {
            return new Judgement(Answer.FORBIDDEN, "Only " + String.join(", ", gate.people()) + " may approve this.");
        }
        if (person.name().equals(question.requestedBy())) {
            return new Judgement(Answer.FORBIDDEN, "You asked for this run; somebody else must approve it.");
        }
        long distinct = question.approvedBy().size() + (question.approvedBy().contains(person.name()) ? 0 : 1);
        if (distinct >= Math.max(1, gate.quorum())) {
            return new Judgement(Answer.ACCEPTED, "Approved by " + person.name() + ".");
        }
        return new Judgement(
                Answer.COUNTED,
                "Approved by " + person.name() + "; " + (gate.quorum() - distinct) + " more must agree.");
    }
}
