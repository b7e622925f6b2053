package io.evenkeel.remediation.execution;

import io.evenkeel.domain.remedy.ExecutionState;
import io.evenkeel.domain.remedy.Risk;
import io.evenkeel.domain.remedy.Verdict;
import io.evenkeel.remediation.gate.GateDecision;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An execution as the database has it, with the lease under which it was read.
 *
 * @param id stable id
 * @param incident number
 * @param environment of the incident
 * @param runbook name
 * @param runbookHash version of the file it was planned from
 * @param state where it stands
 * @param risk of the plan
 * @param gate what the gate said last
 * @param plan what it would do
 * @param digest what people approve
 * @param asks how often people were asked
 * @param requestedBy who wants it, {@code evenkeel} for the engine
 * @param expiresAt end of the approval or of the veto window, null when nothing is waited for
 * @param deadlineAt end of the whole run, null before its begin
 * @param startedAt begin of the run, null before
 * @param endedAt null until it ended
 * @param endedBy who ended it, null until then
 * @param verdict what verification found, null before
 * @param stateText why it is in this state
 * @param leaseEpoch epoch under which it may be written; 0 when it was only read
 * @param now time on the database's clock when it was read
 */
public record ExecutionRow(
        UUID id,
        long incident,
        String environment,
        String runbook,
        String runbookHash,
        ExecutionState state,
        Risk risk,
        GateDecision gate,
        Plan plan,
        String digest,
        int asks,
        String requestedBy,
        @Nullable Instant expiresAt,
        @Nullable Instant deadlineAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String endedBy,
        @Nullable Verdict verdict,
        String stateText,
        long leaseEpoch,
        Instant now) {}
