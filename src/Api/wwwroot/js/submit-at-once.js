// The sample's link needs no typing: its form is sent as soon as the page is there. Opening the page alone still changes nothing.
document.querySelector("form[data-submit-at-once]")?.requestSubmit();
