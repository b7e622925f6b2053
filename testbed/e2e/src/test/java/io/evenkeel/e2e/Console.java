package io.evenkeel.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A person at the console: real Chromium, no shortcut through the API. */
final class Console implements AutoCloseable {
    private final Playwright playwright;
    private final Browser browser;
    private final Page page;
    private final String address;
    private final Path pictures;

    private Console(Playwright playwright, Browser browser, Page page, String address, Path pictures) {
        this.playwright = playwright;
        this.browser = browser;
        this.page = page;
        this.address = address;
        this.pictures = pictures;
    }

    /** The system's Chromium, if there is one: {@code CHROMIUM}, else the usual places. */
    static Optional<Path> chromium() {
        return Stream.of(
                        Optional.ofNullable(System.getenv("CHROMIUM")).orElse(""),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser")
                .filter(place -> !place.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Console open(Path chromium, String address, Path pictures) {
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1440, 1080));
        return new Console(playwright, browser, page, address, pictures);
    }

    void signIn(String name, String password) {
        page.navigate(address + "/login");
        page.fill("input[name=username]", name);
        page.fill("input[name=password]", password);
        page.click("main form button");
        page.waitForSelector("header.top");
    }

    void show(String path) {
        page.navigate(address + path);
    }

    String text() {
        return page.locator("main").innerText();
    }

    int incidentsListed() {
        return page.locator("main a[href^='/i/']").count();
    }

    /** Waits, without reloading, until the page shows what the selector names. */
    Locator await(String selector, Duration within) {
        Locator found = page.locator(selector).first();
        found.waitFor(new Locator.WaitForOptions()
                .setState(WaitForSelectorState.VISIBLE)
                .setTimeout(within.toMillis()));
        return found;
    }

    /** Waits, without reloading, until the page holds it, folded away or not. */
    void awaitThere(String selector, Duration within) {
        page.locator(selector)
                .first()
                .waitFor(new Locator.WaitForOptions()
                        .setState(WaitForSelectorState.ATTACHED)
                        .setTimeout(within.toMillis()));
    }

    boolean shows(String selector) {
        return page.locator(selector).count() > 0;
    }

    /** What the bar above every page of a demo says. */
    String note() {
        return page.locator("#simulated").innerText();
    }

    /** Figure in the newest row of a signal's numbers that has an expectation. */
    double newestExpected() {
        String text = page.locator("table tbody tr td:nth-child(3)").allTextContents().stream()
                .filter(cell -> cell.matches("[0-9].*"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(text.replaceAll("[^0-9.].*", ""));
    }

    /** Addresses of the links that the selector names. */
    List<String> links(String selector) {
        return page.locator(selector).all().stream()
                .map(link -> link.getAttribute("href"))
                .toList();
    }

    String url() {
        return page.url();
    }

    void photograph(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(pictures.resolve(name + ".png"))
                .setFullPage(true));
    }

    void photographOnAPhone(String name) {
        page.setViewportSize(390, 844);
        photograph(name);
        page.setViewportSize(1440, 1080);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
