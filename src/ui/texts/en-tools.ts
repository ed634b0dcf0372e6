/** What a card says while a call runs, when it is done, and when it failed. `object` is what it works on; "" when it cannot be told. */
export interface ToolWords {
  running: (object: string) => string;
  done: (object: string) => string;
  failed: (object: string) => string;
}

function words(running: string, done: string, failed: string, nothing: string): ToolWords {
  const make = (verb: string) => (object: string) => `${verb} ${object || nothing}`;
  return { running: make(running), done: make(done), failed: make(`Could not ${failed}`) };
}

function fixed(running: string, done: string, failed: string): ToolWords {
  return { running: () => running, done: () => done, failed: () => `Could not ${failed}` };
}

function command(nothing: string): ToolWords {
  return {
    running: (object) => `Running ${object || nothing}`,
    done: (object) => `Ran ${object || nothing}`,
    failed: (object) => `Failed: ${object || nothing}`,
  };
}

/** By tool name. */
export const enTools: Record<string, ToolWords> = {
  "mshtools-todo_read": fixed("Reading the plan", "Read the plan", "read the plan"),
  "mshtools-todo_write": fixed("Updating the plan", "Updated the plan", "update the plan"),
  "mshtools-ipython": command("Python"),
  "python-restart": fixed("Restarting Python", "Restarted Python", "restart Python"),
  "mshtools-read_file": words("Reading", "Read", "read", "a file"),
  "mshtools-write_file": words("Writing", "Wrote", "write", "a file"),
  "mshtools-edit_file": words("Editing", "Edited", "edit", "a file"),
  "mshtools-shell": command("a command"),
  "mshtools-browser_visit": words("Opening", "Opened", "open", "a page"),
  "mshtools-browser_find": words("Finding", "Found", "find", "text on the page"),
  "mshtools-browser_click": fixed("Clicking on the page", "Clicked on the page", "click on the page"),
  "mshtools-browser_input": fixed("Typing on the page", "Typed on the page", "type on the page"),
  "mshtools-browser_scroll_down": fixed("Scrolling down", "Scrolled down", "scroll down"),
  "mshtools-browser_scroll_up": fixed("Scrolling up", "Scrolled up", "scroll up"),
  "mshtools-browser_state": fixed("Looking at the browser", "Looked at the browser", "look at the browser"),
  "mshtools-web_search": words("Searching for", "Searched for", "search for", "something"),
  "mshtools-image_search": words(
    "Searching images of",
    "Searched images of",
    "search images of",
    "something",
  ),
  "mshtools-generate_image": words("Making", "Made", "make", "an image"),
  "mshtools-get_available_voices": fixed("Listing voices", "Listed the voices", "list the voices"),
  "mshtools-generate_speech": words("Speaking into", "Spoke into", "speak into", "a file"),
  "mshtools-generate_sound_effects": words("Making", "Made", "make", "a sound"),
  "mshtools-get_data_source_desc": words("Looking up", "Looked up", "look up", "a data source"),
  "mshtools-get_data_source": words("Getting data from", "Got data from", "get data from", "a data source"),
  "mshtools-deploy_website": fixed("Publishing the site", "Published the site", "publish the site"),
  "mshtools-slides_generator": words("Making slides", "Made slides", "make slides", ""),
  "": words("Calling", "Called", "call", "a tool"),
};
