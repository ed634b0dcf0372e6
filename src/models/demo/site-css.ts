/** The demo site's styles. */
export const SITE_CSS = `:root {
  --paper: #f6f4ee;
  --raised: #fffdf8;
  --ink: #1d2420;
  --soft: #566059;
  --line: #d9d5c8;
  --leaf: #0f6b4f;
  --leaf-soft: #dcebe2;
  --on-leaf: #ffffff;
  --glow: #f3d9a4;
  font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", sans-serif;
  line-height: 1.6;
  color-scheme: light dark;
}

@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131715;
    --raised: #1b211e;
    --ink: #edf1ec;
    --soft: #a7b3ab;
    --line: #323b36;
    --leaf: #7fd6b0;
    --leaf-soft: #1f3a2f;
    --on-leaf: #0d1f18;
    --glow: #3a321d;
  }
}

* { box-sizing: border-box; }

body {
  margin: 0;
  background:
    radial-gradient(60rem 32rem at 85% -12rem, var(--glow), transparent 70%),
    radial-gradient(48rem 30rem at -10% 10rem, var(--leaf-soft), transparent 70%),
    var(--paper);
  color: var(--ink);
}

.bar,
main,
footer {
  width: min(68rem, 100% - 2.5rem);
  margin-inline: auto;
}

.skip {
  position: absolute;
  left: 1rem;
  top: -4rem;
  padding: 0.5rem 1rem;
  border-radius: 0.5rem;
  background: var(--leaf);
  color: var(--on-leaf);
}

.skip:focus { top: 1rem; }

:focus-visible {
  outline: 3px solid var(--leaf);
  outline-offset: 3px;
}

.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
  padding-block: 1.25rem;
}

.brand {
  display: flex;
  align-items: center;
  gap: 0.6rem;
  margin: 0;
  font-weight: 700;
  letter-spacing: 0.04em;
}

.brand svg {
  fill: none;
  stroke: var(--leaf);
  stroke-width: 1.6;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.badge {
  margin: 0;
  padding: 0.2rem 0.8rem;
  border: 1px solid var(--line);
  border-radius: 99rem;
  background: var(--raised);
  color: var(--soft);
  font-size: 0.85rem;
}

.hero { padding-block: clamp(3rem, 9vw, 6.5rem) clamp(2.5rem, 6vw, 4.5rem); }

.eyebrow {
  margin: 0 0 1rem;
  color: var(--leaf);
  font-weight: 600;
}

h1 {
  margin: 0;
  font-family: ui-serif, Georgia, "Times New Roman", serif;
  font-size: clamp(2.6rem, 8.5vw, 5.5rem);
  font-weight: 600;
  line-height: 1.03;
  letter-spacing: -0.025em;
}

h1 em { color: var(--leaf); }

.lede {
  max-width: 40rem;
  margin: 1.5rem 0 0;
  color: var(--soft);
  font-size: clamp(1.05rem, 2.2vw, 1.3rem);
}

.facts {
  display: flex;
  flex-wrap: wrap;
  gap: 0.75rem 2.25rem;
  margin: 2rem 0 0;
  padding: 0;
  list-style: none;
  color: var(--soft);
}

.facts strong {
  color: var(--ink);
  font-size: 1.4rem;
  font-variant-numeric: tabular-nums;
}

section + section { padding-block: clamp(2rem, 5vw, 3.5rem); }

.heading h2 {
  margin: 0;
  font-size: clamp(1.5rem, 3.5vw, 2.1rem);
  letter-spacing: -0.015em;
}

.heading p {
  margin: 0.25rem 0 1.5rem;
  color: var(--soft);
}

.planner {
  display: grid;
  grid-template-columns: minmax(12rem, 1fr) 2fr;
  gap: 1.25rem;
}

.jobs {
  display: grid;
  gap: 0.6rem;
  align-content: start;
}

.job {
  padding: 0.9rem 1.1rem;
  border: 1px solid var(--line);
  border-radius: 0.9rem;
  background: var(--raised);
  color: inherit;
  font: inherit;
  text-align: start;
  cursor: pointer;
}

.job:hover { border-color: var(--leaf); }

.job[aria-checked="true"] {
  border-color: var(--leaf);
  background: var(--leaf);
  color: var(--on-leaf);
}

.window {
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: 1.1rem;
  background: var(--raised);
  box-shadow: 0 1.5rem 3rem -2rem rgb(0 0 0 / 45%);
}

.titlebar {
  display: flex;
  align-items: center;
  gap: 0.4rem;
  padding: 0.7rem 1rem;
  border-bottom: 1px solid var(--line);
  color: var(--soft);
  font-size: 0.85rem;
}

.titlebar i {
  width: 0.65rem;
  height: 0.65rem;
  border-radius: 50%;
  background: var(--line);
}

.titlebar span { margin-inline-start: 0.5rem; }

#steps {
  display: grid;
  gap: 0.7rem;
  min-height: 12.5rem;
  margin: 0;
  padding: 1.25rem;
  align-content: start;
  list-style: none;
}

#steps li {
  display: flex;
  gap: 0.75rem;
  animation: arrive 0.35s ease-out both;
}

#steps li::before {
  content: "";
  flex: none;
  width: 0.7rem;
  height: 0.7rem;
  margin-top: 0.45rem;
  border-radius: 50%;
  background: var(--leaf);
}

#steps code {
  color: var(--leaf);
  font-family: ui-monospace, "Cascadia Mono", Menlo, monospace;
  font-size: 0.9em;
}

@keyframes arrive {
  from {
    opacity: 0;
    transform: translateY(0.4rem);
  }
}

.meter {
  height: 0.3rem;
  background: var(--line);
}

.meter span {
  display: block;
  width: 0;
  height: 100%;
  background: var(--leaf);
  transition: width 0.35s ease-out;
}

.controls {
  display: flex;
  align-items: center;
  justify-content: space-between;
  margin: 0;
  padding: 0.9rem 1.25rem;
  color: var(--soft);
}

.controls button {
  padding: 0.5rem 1.1rem;
  border: 1px solid var(--leaf);
  border-radius: 99rem;
  background: transparent;
  color: var(--leaf);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}

.controls button:hover {
  background: var(--leaf);
  color: var(--on-leaf);
}

.grid {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr));
  gap: 1rem;
}

article {
  padding: 1.5rem;
  border: 1px solid var(--line);
  border-radius: 1.1rem;
  background: var(--raised);
}

article h3 {
  margin: 0 0 0.5rem;
  font-size: 1.1rem;
}

article h3 span {
  display: block;
  margin-bottom: 0.5rem;
  color: var(--leaf);
  font-size: 0.85rem;
  letter-spacing: 0.08em;
}

article p {
  margin: 0;
  color: var(--soft);
}

footer {
  margin-top: 2rem;
  padding-block: 2rem;
  border-top: 1px solid var(--line);
  color: var(--soft);
}

@media (max-width: 46rem) {
  .planner {
    grid-template-columns: 1fr;
  }
}

@media (prefers-reduced-motion: reduce) {
  * {
    animation: none !important;
    transition: none !important;
  }
}
`;
