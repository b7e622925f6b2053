package io.evenkeel.console.app;

import io.evenkeel.console.incident.BlastRadius;
import io.evenkeel.console.incident.EvidenceChoice;
import io.evenkeel.console.incident.FindingLine;
import io.evenkeel.console.incident.HarmCard;
import io.evenkeel.console.incident.IncidentHead;
import io.evenkeel.console.incident.IncidentRow;
import io.evenkeel.console.incident.MemberRow;
import io.evenkeel.console.incident.PlotBook;
import io.evenkeel.console.incident.PlotView;
import io.evenkeel.console.incident.PlotWindow;
import io.evenkeel.console.incident.StoryLine;
import io.evenkeel.console.incident.SuspectCard;
import io.evenkeel.console.postgres.PostgresExecutions;
import io.evenkeel.console.postgres.PostgresIncidents;
import io.evenkeel.console.postgres.PostgresSignals;
import io.evenkeel.console.remedy.ExecutionCard;
import io.evenkeel.console.remedy.ExecutionRow;
import io.evenkeel.domain.incident.Harm;
import io.evenkeel.domain.telemetry.Rollup;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** The incident page: what is broken, why, what can be done, and the evidence, on one screen; and its full story. */
@Controller
final class IncidentController {
    private static final int PLOTS = 5;
    private static final int PLOT_ROWS = 24;
    /** Lines of the story that fit the card; the rest has its own page. */
    private static final int STORY_LINES = 14;

    private final PageShell shell;
    private final IncidentPages pages;
    private final PostgresIncidents incidents;
    private final PostgresExecutions executions;
    private final PostgresSignals signals;

    IncidentController(
            PageShell shell,
            IncidentPages pages,
            PostgresIncidents incidents,
            PostgresExecutions executions,
            PostgresSignals signals) {
        this.shell = shell;
        this.pages = pages;
        this.incidents = incidents;
        this.executions = executions;
        this.signals = signals;
    }

    @GetMapping("/i/{number}")
    String incident(
            @PathVariable String number, Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        return pages.find(number, "", model, response, row -> {
            fill(row, model, page);
            return "console/incident";
        });
    }

    @GetMapping("/i/{number}/timeline")
    String timeline(
            @PathVariable String number, Model model, HttpServletRequest request, HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        return pages.find(number, "/timeline", model, response, row -> {
            model.addAttribute("head", IncidentHead.of(row, page.words(), page.times()));
            model.addAttribute("story", story(row));
            return "console/timeline";
        });
    }

    private List<StoryLine> story(IncidentRow row) {
        return incidents.timeline(row.number()).stream().map(StoryLine::of).toList();
    }

    private void fill(IncidentRow row, Model model, PageShell.Context page) {
        List<MemberRow> members = incidents.members(row.number());
        List<ExecutionRow> repairs = executions.ofIncident(row.number());
        model.addAttribute("head", IncidentHead.of(row, page.words(), page.times()));
        model.addAttribute(
                "suspects",
                row.suspects().stream()
                        .map(suspect -> SuspectCard.of(suspect, page.words()))
                        .toList());
        model.addAttribute("blast", BlastRadius.of(row, members, page.words()));
        model.addAttribute(
                "findings",
                members.stream()
                        .map(member -> FindingLine.of(member, page.words(), page.times()))
                        .toList());
        model.addAttribute("changes", row.changes());
        addRepairs(repairs, model, page);
        addStory(row, model);
        addPlots(row, members, repairs, model, page);
    }

    private void addRepairs(List<ExecutionRow> repairs, Model model, PageShell.Context page) {
        List<ExecutionCard> cards = repairs.stream()
                .map(repair -> ExecutionCard.of(
                        repair,
                        executions.typicalSeconds(repair.runbook(), repair.environment()),
                        page.viewer(),
                        page.words(),
                        page.times()))
                .toList();
        // what is alive stands on top; without one, the newest
        List<ExecutionCard> now =
                cards.stream().filter(card -> card.row().isAlive()).toList();
        List<ExecutionCard> shown = now.isEmpty() ? cards.stream().limit(1).toList() : now;
        model.addAttribute("repairs", shown);
        model.addAttribute(
                "earlier", cards.stream().filter(card -> !shown.contains(card)).toList());
    }

    private void addStory(IncidentRow row, Model model) {
        List<StoryLine> all = story(row);
        int hidden = Math.max(0, all.size() - STORY_LINES);
        List<StoryLine> shown = new ArrayList<>(all);
        if (hidden > 0) {
            // the begin and the newest lines; the middle is on the timeline page
            shown = new ArrayList<>(all.subList(0, 3));
            shown.addAll(all.subList(all.size() - (STORY_LINES - 3), all.size()));
        }
        model.addAttribute("story", shown);
        model.addAttribute("storyHidden", hidden);
        model.addAttribute("storyCount", all.size());
        model.addAttribute("notices", incidents.noticesSent(row.number()));
    }

    private void addPlots(
            IncidentRow row, List<MemberRow> members, List<ExecutionRow> repairs, Model model, PageShell.Context page) {
        PlotWindow window = PlotWindow.of(row, page.times().now());
        List<MemberRow> chosen = EvidenceChoice.plots(row, members, PLOTS);
        Harm harm = row.harm();
        List<String> ids = new ArrayList<>(
                chosen.stream().map(member -> member.signal().id()).toList());
        if (harm != null) {
            ids.add(harm.signal().id());
        }
        Map<String, List<Rollup>> history = signals.history(ids, window.from(), window.to());
        PlotBook book = new PlotBook(
                page.words(), page.times(), window.from(), window.to(), PlotWindow.actions(repairs, page.words()));
        model.addAttribute("harm", harm == null ? null : harmCard(row, harm, members, history, book, page));
        model.addAttribute(
                "plots",
                chosen.stream()
                        .map(member -> book.plot(
                                member.signal(),
                                member.finding(),
                                history.getOrDefault(member.signal().id(), List.of()),
                                360,
                                130,
                                PLOT_ROWS))
                        .toList());
    }

    private static @Nullable HarmCard harmCard(
            IncidentRow row,
            Harm harm,
            List<MemberRow> members,
            Map<String, List<Rollup>> history,
            PlotBook book,
            PageShell.Context page) {
        MemberRow member = EvidenceChoice.harm(row, members);
        PlotView plot = book.plot(
                harm.signal(),
                member == null ? null : member.finding(),
                history.getOrDefault(harm.signal().id(), List.of()),
                520,
                250,
                PLOT_ROWS);
        return HarmCard.of(row, harm, page.words(), page.times(), plot);
    }
}
