// The button that prints the page: there only where a script can make it work.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
