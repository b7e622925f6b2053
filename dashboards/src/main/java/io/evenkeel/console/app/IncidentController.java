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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The incident page: what is broken, why, what can be done, and the evidence, on one screen; and its full story. */
@Controller
final class IncidentController {
    private static final int PLOTS = 5;
    private static final int PLOT_ROWS = 24;
    /** Lines of the story that fit the card; the rest has its own page. */
    private static final int STORY_LINES = 14;
    /** Of them from the begin of the story; the others are its newest. */
    private static final int STORY_BEGIN = 3;
    /** Lines on one page of the whole story. */
    private static final int STORY_PAGE = 500;

    private static final int MOST_FINDINGS = 500;

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
            @PathVariable String number,
            @RequestParam(defaultValue = "0") String from,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        PageShell.Context page = shell.open(model, request, response, "now");
        int offset = from.matches("\\d{1,7}") ? Integer.parseInt(from) : 0;
        return pages.find(number, "/timeline", model, response, row -> {
            int lines = incidents.timelineLength(row.number());
            model.addAttribute("head", IncidentHead.of(row, page.words(), page.times()));
            model.addAttribute("story", story(row, offset, STORY_PAGE));
            model.addAttribute("offset", offset);
            model.addAttribute("earlier", offset > 0 ? Math.max(0, offset - STORY_PAGE) : -1);
            model.addAttribute("later", lines > offset + STORY_PAGE ? offset + STORY_PAGE : -1);
            return "console/timeline";
        });
    }

    private List<StoryLine> story(IncidentRow row, int offset, int limit) {
        return incidents.timeline(row.number(), offset, limit).stream()
                .map(StoryLine::of)
                .toList();
    }

    private void fill(IncidentRow row, Model model, PageShell.Context page) {
        List<MemberRow> members = incidents.members(row.number(), MOST_FINDINGS);
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
        model.addAttribute("findingsLeftOut", Math.max(0, row.memberCount() - members.size()));
        model.addAttribute("changes", row.changes());
        addRepairs(repairs, model, page);
        addStory(row, model);
        addPlots(row, members, repairs, model, page);
    }

    private void addRepairs(List<ExecutionRow> repairs, Model model, PageShell.Context page) {
        // an incident's repairs are in its environment, and often by the same runbook
        Map<String, Double> typical = new HashMap<>();
        List<ExecutionCard> cards = repairs.stream()
                .map(repair -> ExecutionCard.of(
                        repair,
                        typical.computeIfAbsent(
                                repair.runbook(), name -> executions.typicalSeconds(name, repair.environment())),
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
        int lines = incidents.timelineLength(row.number());
        int hidden = Math.max(0, lines - STORY_LINES);
        // the begin and the newest lines; the middle is on the timeline page
        List<StoryLine> shown = new ArrayList<>(story(row, 0, STORY_BEGIN));
        shown.addAll(story(row, STORY_BEGIN + hidden, STORY_LINES - STORY_BEGIN));
        model.addAttribute("story", shown);
        model.addAttribute("storyHidden", hidden);
        model.addAttribute("storyCount", lines);
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
