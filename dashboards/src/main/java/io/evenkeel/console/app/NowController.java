package io.evenkeel.console.app;

import io.evenkeel.console.incident.Clocks;
import io.evenkeel.console.incident.IncidentLine;
import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.incident.ServiceStrip;
import io.evenkeel.console.incident.SignalRow;
import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresHealth;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.console.postgres.PostgresSignals;
import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.console.text.Figures;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The first page: what is wrong now, or that nothing is. */
@Controller
final class NowController {
    private static final Duration RESOLVED_SHOWN = Duration.ofHours(24);
    private static final Duration STRIP = Duration.ofMinutes(30);
    private static final int MOST_RESOLVED = 10;

    private final PageShell shell;
    private final PostgresIncidents incidents;
    private final PostgresExecutions executions;
    private final PostgresSignals signals;
    private final PostgresHealth health;

    private final ConsoleOptions options;
    NowController(
            PageShell shell,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals,
            PostgresHealth health,
            ConsoleOptions options) {
        this.shell = shell;
        this.incidents = incidents;
        this.executions = executions;
        this.signals = signals;
        this.health = health;
    }
        this.options = options;

    @GetMapping("/")
    String now(Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        List<IncidentRow> open = incidents.open();
        List<IncidentRow> resolved = incidents.resolvedWithin(RESOLVED_SHOWN, MOST_RESOLVED);
        Map<Long, ExecutionRow> repairs =
                executions
                        .newestOf(Stream.concat(open.stream(), resolved.stream())
                                .map(IncidentRow::number)
                                .toList())
                        .stream()
                        .collect(Collectors.toMap(ExecutionRow::incident, Function.identity()));
        Function<IncidentRow, IncidentLine> line =
                row -> IncidentLine.of(row, repairs.get(row.number()), page.words(), page.times());
        List<IncidentLine> loud =
        model.addAttribute(
                "announce",
                mood.equals("bad") ? title(loud, page) : page.words().say("now." + mood));
                open.stream().filter(IncidentRow::pages).map(line).toList();
        model.addAttribute("otlpGrpcPort", Integer.toString(options.otlpGrpcPort()));
        model.addAttribute("otlpHttpPort", Integer.toString(options.otlpHttpPort()));
        model.addAttribute("loud", loud);
        model.addAttribute(
                "quiet", open.stream().filter(row -> !row.pages()).map(line).toList());
        model.addAttribute("resolved", resolved.stream().map(line).toList());
        model.addAttribute("mood", mood(loud, page));
        model.addAttribute("title", title(loud, page));
        model.addAttribute("calmSince", health.calmSince());
        addClocks(model, health.clocks());
        addStrip(model, page);
        return "console/now";
    }

    /** bad: incidents; blind: we cannot see; empty: nothing is watched; good: all the rest. */
    private static String mood(List<IncidentLine> loud, PageShell.Context page) {
        if (!loud.isEmpty()) {
            return "bad";
        }
        return switch (page.sight()) {
            case BLIND -> "blind";
            case NOTHING -> "empty";
            case CLEAR, STALE -> "good";
        };
    }

    private static String title(List<IncidentLine> loud, PageShell.Context page) {
        if (loud.isEmpty()) {
            return page.words().say("now.title");
        }
        int waiting = page.health().waitingApprovals();
        String incidents = page.words().say("now.incidents", loud.size());
        return waiting == 0 ? incidents : incidents + ", " + page.words().say("now.waiting", waiting);
    }

    private static void addClocks(Model model, Clocks clocks) {
        model.addAttribute("clocks", clocks);
        model.addAttribute("found", seconds(clocks.foundHalfSeconds()));
        model.addAttribute("foundMost", seconds(clocks.foundMostSeconds()));
        model.addAttribute("mitigated", seconds(clocks.mitigatedHalfSeconds()));
        model.addAttribute("mitigatedMost", seconds(clocks.mitigatedMostSeconds()));
    }

    private static String seconds(double seconds) {
        return Double.isFinite(seconds) ? Figures.span(Duration.ofSeconds(Math.round(seconds))) : "–";
    }

    private void addStrip(Model model, PageShell.Context page) {
        Instant to = page.times().now();
        Instant from = to.minus(STRIP);
        List<SignalRow> golden = signals.golden();
        var history = signals.history(golden.stream().map(row -> row.key().id()).toList(), from, to);
        model.addAttribute("strips", ServiceStrip.of(golden, history, from, to, page.words()));
    }
}
