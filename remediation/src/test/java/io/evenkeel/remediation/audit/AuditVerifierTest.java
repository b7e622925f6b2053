package io.evenkeel.remediation.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AuditVerifierTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00.123456Z");

    @Test
    void holdsForAnUntouchedChain() {
        AuditVerifier.Report report = verify(chain(5));

        assertThat(report.faults()).isEmpty();
        assertThat(report.headSeq()).isEqualTo(5);
        assertThat(verify(List.of()).holds()).isTrue();
    }

    /** Whatever single field of whatever row is edited, the chain says so. */
    @Property(tries = 300)
    void findsAnEditOfAnyField(
            @ForAll @IntRange(min = 1, max = 20) int length,
            @ForAll @IntRange(max = 19) int at,
            @ForAll @IntRange(max = 7) int field,
            @ForAll @StringLength(min = 1, max = 5) String noise) {
        List<AuditEntry> chain = chain(length);
        int row = at % length;
        chain.set(row, edited(chain.get(row), field, noise));

        assertThat(verify(chain).holds()).isFalse();
    }

    @Property(tries = 100)
    void findsADeletion(@ForAll @IntRange(min = 2, max = 20) int length, @ForAll @IntRange(max = 18) int at) {
        List<AuditEntry> chain = chain(length);
        chain.remove(at % (length - 1));

        assertThat(verify(chain).holds()).isFalse();
    }

    @Property(tries = 100)
    void findsTwoRowsThatChangedPlaces(
            @ForAll @IntRange(min = 2, max = 20) int length,
            @ForAll @IntRange(max = 19) int one,
            @ForAll @IntRange(max = 19) int other) {
        int a = one % length;
        int b = other % length;
        if (a == b) {
            return;
        }
        List<AuditEntry> chain = chain(length);
        AuditEntry swapped = chain.get(a);
        chain.set(a, chain.get(b));
        chain.set(b, swapped);

        assertThat(verify(chain).holds()).isFalse();
    }

    /** A row rewritten together with its own hash still breaks the row after it. */
    @Test
    void findsAnEditThatWasHashedAgain() {
        List<AuditEntry> chain = chain(3);
        AuditEntry middle = chain.get(1);
        chain.set(
                1,
                AuditEntry.link(2, middle.at(), "mallory", middle.action(), middle.subject(), "{}", middle.prevHash()));

        assertThat(verify(chain).faults()).extracting(AuditVerifier.Fault::seq).containsExactly(3L);
    }

    @Test
    void findsRowsCutOffTheEndOnlyAgainstANotedHead() {
        AuditVerifier verifier = new AuditVerifier();
        chain(3).forEach(verifier::accept);

        assertThat(verifier.finish().holds()).isTrue();
        assertThat(verifier.finish(5).holds()).isFalse();
    }

    private static AuditVerifier.Report verify(List<AuditEntry> chain) {
        AuditVerifier verifier = new AuditVerifier();
        chain.forEach(verifier::accept);
        return verifier.finish();
    }

    private static List<AuditEntry> chain(int length) {
        List<AuditEntry> chain = new ArrayList<>();
        String previous = AuditEntry.GENESIS;
        for (int i = 1; i <= length; i++) {
            AuditEntry entry = AuditEntry.link(
                    i,
                    START.plusSeconds(i),
                    "ada",
                    "execution.approve",
                    "execution:" + i,
                    "{\"n\":" + i + "}",
                    previous);
            chain.add(entry);
            previous = entry.hash();
        }
        return chain;
    }

    private static AuditEntry edited(AuditEntry e, int field, String noise) {
        return new AuditEntry(
                field == 0 ? e.seq() + 1 : e.seq(),
                field == 1 ? e.at().plusNanos(1000) : e.at(),
                field == 2 ? e.actor() + noise : e.actor(),
                field == 3 ? e.action() + noise : e.action(),
                field == 4 ? e.subject() + noise : e.subject(),
                field == 5 ? e.detail() + noise : e.detail(),
                field == 6 ? e.prevHash() + noise : e.prevHash(),
                field == 7 ? e.hash() + noise : e.hash());
    }
}
