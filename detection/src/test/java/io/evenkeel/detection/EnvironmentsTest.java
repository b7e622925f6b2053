package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.telemetry.Rollup;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** A service of one name in two environments: what one of them does says nothing about the other. */
class EnvironmentsTest {
    private static final String PROD = "prod/shop/store";
    private static final String STAGING = "staging/shop/store";
    private static final double[] BOUNDS = {.01, .05, .1, .5, 1};

    /** One replica of the service, its totals and its random numbers its own. */
    private static final class Replica {
        final String service;
        final Random random;
        long served;
        long failed;

        Replica(String service, long seed) {
            this.service = service;
            this.random = new Random(seed);
        }

        void export(House house, long born, int rate, double failShare) {
            int requests = rate * 10 + random.nextInt(10);
            int failing = (int) Math.round(requests * failShare);
            served += requests - failing;
            failed += failing;
            RowsBuilder rows = new RowsBuilder(service, "node-1", "store-1", "1", born, house.now);
            rows.histogram(
                    "http.server.request.duration",
                    "http.response.status_code=200",
                    served,
                    served * .02,
                    BOUNDS,
                    new long[] {0, served, 0, 0, 0, 0});
            if (failed > 0) {
                rows.histogram(
                        "http.server.request.duration",
                        "error.type=500,http.response.status_code=500",
                        failed,
                        failed * .02,
                        BOUNDS,
                        new long[] {0, failed, 0, 0, 0, 0});
            }
            rows.gauge("queue.length", "", 10 + random.nextInt(3));
            EntityRows metrics = rows.rows();
            // Same host, same instance id, same process attributes but for the environment.
            house.metrics(metrics);
            SpanRows spans = new SpanRows();
            spans.service = service;
            spans.owner = "node-1";
            spans.instance = "store-1";
            long bin = Math.floorDiv(house.now - 1, 10_000L) * 10_000;
            spans.reds = List.of(new SpanRows.Red(
                    SpanRows.View.SERVER,
                    "",
                    "",
                    "http",
                    bin,
                    requests,
                    failing,
                    requests * .02,
                    new int[] {57, requests},
                    List.of(),
                    requests));
            spans.links = List.of(new SpanRows.Link(random.nextLong(), random.nextLong(), true, "", "http", house.now));
            house.spans(spans);
        }
    }

    private static House house(long seed, boolean prod, boolean staging, int stagingRate, double stagingFails) {
        House house = new House(1_800_000_000_000L);
        long born = house.now;
        Replica inProd = new Replica(PROD, seed);
        Replica inStaging = new Replica(STAGING, ~seed);
        for (int step = 0; step < 90; step++) {
            for (int second = 0; second < 10; second++) {
                house.second();
            }
            if (prod) {
                inProd.export(house, born, 30, 0);
            }
            if (staging) {
                inStaging.export(house, born, stagingRate, step > 60 ? stagingFails : 0);
            }
        }
        return house;
    }

    private static Set<String> said(House house, String service) {
        Set<String> said = new TreeSet<>();
        for (Finding finding : house.findings.values()) {
            if (finding.signal().service().id().equals(service)) {
                said.add(finding.toString());
            }
        }
        for (Rollup row : house.rollups.values()) {
            if (row.signal().service().id().equals(service)) {
                said.add(row.toString());
            }
        }
        return said;
    }

    @Property(tries = 20)
    void eachIsJudgedAsIfTheOtherWereNotThere(
            @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
            @ForAll @IntRange(min = 1, max = 200) int stagingRate,
            @ForAll @IntRange(min = 2, max = 9) int stagingFailsTenths) {
        double fails = stagingFailsTenths / 10.0;
        House both = house(seed, true, true, stagingRate, fails);
        House alone = house(seed, true, false, stagingRate, fails);
        House other = house(seed, false, true, stagingRate, fails);

        assertThat(said(both, PROD)).isNotEmpty().isEqualTo(said(alone, PROD));
        assertThat(said(both, STAGING)).isNotEmpty().isEqualTo(said(other, STAGING));
        assertThat(both.findings.values())
                .noneMatch(finding -> finding.signal().service().id().equals(PROD));
        assertThat(both.findings.values())
                .anyMatch(finding -> finding.signal().service().id().equals(STAGING)
                        && finding.signal().kind() == SignalKind.ERROR_RATIO);
    }
}
