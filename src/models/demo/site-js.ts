/** The demo site's script: pick a job, watch its steps come. */
export const SITE_JS = `const PLANS = [
  {
    job: "Build a small site",
    steps: [
      ["Write the plan", "todo list, four items"],
      ["Write the files", "index.html, style.css, app.js"],
      ["Check them in the shell", "grep, wc"],
      ["Deploy the folder", "an origin of its own"],
    ],
  },
  {
    job: "Tidy a folder of notes",
    steps: [
      ["Look at what is there", "ls -R upload"],
      ["Find the duplicates", "sha256sum | sort"],
      ["Merge and rename", "mv, one rule for all names"],
      ["Hand over the result", "output/notes"],
    ],
  },
  {
    job: "Count what a log says",
    steps: [
      ["Read the first lines", "head access.log"],
      ["Count by hour", "cut | sort | uniq -c"],
      ["Write a report", "output/report.html"],
      ["Check the totals", "awk, twice"],
    ],
  },
];

const jobs = document.getElementById("jobs");
const steps = document.getElementById("steps");
const fill = document.getElementById("fill");
const meter = fill.parentElement;
const status = document.getElementById("status");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let chosen = 0;
let timer;

function showProgress(done, total) {
  const percent = Math.round((100 * done) / total);
  fill.style.width = percent + "%";
  meter.setAttribute("aria-valuenow", String(percent));
  status.textContent = done === total ? "Done" : "Step " + (done + 1) + " of " + total;
}

function addStep([title, detail]) {
  const item = document.createElement("li");
  const words = document.createElement("span");
  const code = document.createElement("code");
  code.textContent = detail;
  words.append(title + " ", code);
  item.append(words);
  steps.append(item);
}

function play() {
  clearTimeout(timer);
  steps.replaceChildren();
  const plan = PLANS[chosen].steps;
  let next = 0;
  const advance = () => {
    showProgress(next, plan.length);
    if (next === plan.length) return;
    addStep(plan[next]);
    next += 1;
    if (calm.matches) advance();
    else timer = setTimeout(advance, 650);
  };
  advance();
}

function choose(index, focus) {
  chosen = (index + PLANS.length) % PLANS.length;
  [...jobs.children].forEach((button, place) => {
    button.setAttribute("aria-checked", String(place === chosen));
    button.tabIndex = place === chosen ? 0 : -1;
    if (focus && place === chosen) button.focus();
  });
  play();
}

PLANS.forEach((plan, index) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "job";
  button.setAttribute("role", "radio");
  button.textContent = plan.job;
  button.addEventListener("click", () => choose(index, false));
  jobs.append(button);
});

jobs.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  choose(chosen + move, true);
});

document.getElementById("replay").addEventListener("click", play);
choose(0, false);
`;
