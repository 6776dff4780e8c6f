package console

// accountsView is the accounts to switch between.
type accountsView struct {
	Accounts []Account `json:"accounts"`
}

func (c *Console) accounts(r *request) (answer, error) {
	v := accountsView{Accounts: c.options.Eyes.Accounts()}
	return answer{page: "accounts", title: r.Say("console.accounts.title"), tab: "accounts", view: v}, nil
}
