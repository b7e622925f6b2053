package io.evenkeel.remediation.app;

import io.evenkeel.remediation.audit.CanonicalJson;
import io.evenkeel.remediation.gate.ApprovalJudge;
import io.evenkeel.remediation.gate.Person;
import io.evenkeel.remediation.incident.Refusal;
import io.evenkeel.remediation.postgres.PostgresApprovals;
import io.evenkeel.remediation.postgres.RepairStores;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What people decide about a repair. A yes names the digest of what was shown; if that is no longer what would be done,
 * the answer is 409 and begins with STALE. Nothing here acts: it only writes the decision, which the loop then follows.
 */
@RestController
final class ExecutionController {
    private final PostgresApprovals approvals;

    ExecutionController(RepairStores stores) {
        this.approvals = stores.approvals();
    }

    @PostMapping("/api/v1/executions/{id}/approve")
    ResponseEntity<?> approve(@PathVariable String id, HttpServletRequest request, Authentication who) {
        return decide(id, ApprovalJudge.Decision.APPROVE, request, People.of(who));
    }

    @PostMapping("/api/v1/executions/{id}/deny")
    ResponseEntity<?> deny(@PathVariable String id, HttpServletRequest request, Authentication who) {
        return decide(id, ApprovalJudge.Decision.DENY, request, People.of(who));
    }

    @PostMapping("/api/v1/executions/{id}/cancel")
    ResponseEntity<?> cancel(@PathVariable String id, HttpServletRequest request, Authentication who) {
        Submission submission = Submission.of(request);
        return answer(
                approvals
                        .cancel(id(id), People.of(who), submission.text("reason"))
                        .orElseThrow(() -> unknown(id)),
                submission,
                request);
    }

    private ResponseEntity<?> decide(
            String id, ApprovalJudge.Decision decision, HttpServletRequest request, Person who) {
        Submission submission = Submission.of(request);
        String digest = submission.text("digest");
        if (digest.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "Send the digest of what you saw; it stands beside the plan. Nothing was done.");
        }
        PostgresApprovals.Outcome outcome = approvals
                .decide(id(id), who, decision, digest, submission.text("reason"))
                .orElseThrow(() -> unknown(id));
        return answer(outcome, submission, request);
    }

    private static ResponseEntity<?> answer(
            PostgresApprovals.Outcome outcome, Submission submission, HttpServletRequest request) {
        return switch (outcome.answer()) {
            case ACCEPTED, COUNTED, ENDED ->
                submission.answer(
                        "/i/" + outcome.incident(),
                        CanonicalJson.write(Map.of(
                                "answer", outcome.answer(), "text", outcome.text(), "incident", outcome.incident())));
            case STALE, EXPIRED, NOT_WAITING -> ApiTrouble.answer(HttpStatus.CONFLICT, outcome.text(), request);
            case FORBIDDEN -> ApiTrouble.answer(HttpStatus.FORBIDDEN, outcome.text(), request);
        };
    }

    private static UUID id(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static Refusal unknown(String id) {
        return new Refusal(
                Refusal.Kind.NOT_FOUND, "There is no execution " + id.replaceAll("[^0-9A-Za-z-]", "?") + ".");
    }
}
