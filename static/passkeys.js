// Shows what needs passkeys where the browser has them, and says so where a device did not give one.
(() => {
  if (!window.PublicKeyCredential) return
  document.querySelectorAll("[data-needs-passkeys]").forEach((element) => { element.hidden = false })
  document.querySelectorAll("[data-lacks-passkeys]").forEach((element) => { element.hidden = true })
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault() // the visitor changed their mind, or has no passkey here: nothing for the console
    document.querySelectorAll("[data-passkey-failed]").forEach((element) => { element.hidden = false })
  })
})()
