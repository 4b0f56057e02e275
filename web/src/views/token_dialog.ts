/** Asks for the access token. Only one question is open at a time. */
import { byId } from "./dom";

export class TokenDialog {
  private readonly dialog = byId<HTMLDialogElement>("token-dialog");
  private readonly input = byId<HTMLInputElement>("token-input");
  private readonly refused = byId("token-refused");

  constructor(onToken: (token: string) => void) {
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const token = this.input.value.trim();
      if (token === "") return;
      this.dialog.close();
      onToken(token);
    });
    byId("token-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => (this.input.value = ""));
  }

  /** `refused`: the server did not take the token that the page had. */
  ask(refused: boolean): void {
    this.refused.hidden = !refused;
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
  }
}
